import { barChart } from './svg-bars';

const widthsIn = (svg: string): number[] =>
  [...svg.matchAll(/<rect x="[^"]+" y="[^"]+" width="([^"]+)"/g)].map(([, width]) => Number(width));

describe('barChart', () => {
  it('draws each part as long as its share of the longest bar of its group', () => {
    const svg = barChart([
      {
        title: 'cost',
        bars: [
          {
            label: 'a',
            parts: [
              { name: 'x', value: 1 },
              { name: 'y', value: 3 },
            ],
          },
          { label: 'b', parts: [{ name: 'x', value: 2 }] },
        ],
      },
      { title: 'rate', bars: [{ label: 'a', parts: [{ name: 'x', value: 100_000 }] }] },
    ]);
    const [x = NaN, y = NaN, b = NaN, rate = NaN] = widthsIn(svg);
    expect(y / x).toBeCloseTo(3, 1);
    expect(b / x).toBeCloseTo(2, 1);
    expect(rate).toBeCloseTo(x + y, 0);
    expect(svg).toContain('4.00  (x 1.00, y 3.00)');
    expect(svg).toContain('>100,000<');
  });

  it('leaves out what was not measured, and draws a group without figures', () => {
    const svg = barChart([{ title: 'none', bars: [{ label: 'a', parts: [{ name: 'x', value: NaN }] }] }]);
    expect(widthsIn(svg)).toEqual([]);
    expect(svg).not.toContain('NaN');
    expect(barChart([])).toMatch(/^<svg .*<\/svg>\n$/);
  });

  it('escapes text', () => {
    expect(barChart([{ title: '<a & "b">', bars: [] }])).toContain('&lt;a &amp; &quot;b&quot;&gt;');
  });
});
