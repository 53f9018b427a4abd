import { escapedXml } from '../../fixtures/xml-text';

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  /** One behind the other; not finite ones are left out. */
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

const WIDTH = 900;
const LABEL_WIDTH = 130;
/** For the figure behind a bar. */
const FIGURE_WIDTH = 330;
const BAR_HEIGHT = 18;
const ROW_HEIGHT = 24;
const TITLE_HEIGHT = 34;
const MARGIN = 16;
const COLOURS = ['#2f6f9f', '#e08a2c', '#6a9a3a', '#9a5fa8'];

/** Horizontal bars in groups, each with a scale of its own that begins at 0, as a whole SVG document. */
export function barChart(groups: readonly BarGroup[]): string {
  let top = MARGIN;
  const drawn = groups.map((group) => {
    const svg = groupAt(group, top);
    top += TITLE_HEIGHT + group.bars.length * ROW_HEIGHT;
    return svg;
  });
  const height = top + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`,
    ` font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>${drawn.join('')}</svg>\n`,
  ].join('');
}

function groupAt({ title, bars }: BarGroup, top: number): string {
  const longest = Math.max(...bars.map(lengthOf));
  const scale = longest > 0 ? (WIDTH - LABEL_WIDTH - FIGURE_WIDTH - 2 * MARGIN) / longest : 0;
  const rows = bars.map((bar, index) => barAt(bar, top + TITLE_HEIGHT - 10 + index * ROW_HEIGHT, scale));
  return `${text(title, MARGIN, top + 14, ' font-weight="bold"')}${rows.join('')}`;
}

function barAt(bar: Bar, top: number, scale: number): string {
  const left = MARGIN + LABEL_WIDTH;
  let from = left;
  const rects = finiteParts(bar).map(({ name, value }, index) => {
    const width = Math.max(0, value * scale);
    const colour = COLOURS[index % COLOURS.length];
    const rect = `<rect x="${round(from)}" y="${top}" width="${round(width)}" height="${BAR_HEIGHT}" fill="${colour}">`;
    from += width;
    return `${rect}<title>${escapedXml(name)} ${figure(value)}</title></rect>`;
  });
  const base = top + BAR_HEIGHT - 5;
  return `${text(bar.label, MARGIN, base)}${rects.join('')}${text(figuresOf(bar), from + 6, base)}`;
}

function figuresOf(bar: Bar): string {
  const parts = finiteParts(bar);
  const total = figure(lengthOf(bar));
  return parts.length < 2
    ? total
    : `${total}  (${parts.map(({ name, value }) => `${name} ${figure(value)}`).join(', ')})`;
}

function finiteParts({ parts }: Bar): Bar['parts'] {
  return parts.filter(({ value }) => Number.isFinite(value));
}

function lengthOf(bar: Bar): number {
  return finiteParts(bar).reduce((sum, { value }) => sum + value, 0);
}

function text(content: string, x: number, y: number, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapedXml(content)}</text>`;
}

function figure(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
