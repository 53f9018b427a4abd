import { type OutputFormat, Printer } from './printer';

function printed(format: OutputFormat, isTTY: boolean, print: (out: Printer) => void): string {
  let text = '';
  print(new Printer({ isTTY, write: (part) => (text += part) }, format));
  return text;
}

describe('Printer', () => {
  const answer = { a: 1 };

  it('writes an answer as one document, or as its text', () => {
    const show = (out: Printer) =>
      out.show(answer, () =>
        out.pairs([
          ['name', 'x'],
          ['longer name', null],
        ]),
      );
    expect(printed('json', true, show)).toBe('{\n  "a": 1\n}\n');
    expect(printed('text', true, show)).toBe('name         x\nlonger name  -\n');
    expect(printed('text', false, show)).toBe('name\tx\nlonger name\t-\n');
  });

  it('writes one of many on a line of its own', () => {
    const items = (out: Printer) => [1, 2].forEach((n) => out.item({ n }, () => `number ${n}`));
    expect(printed('json', false, items)).toBe('{"n":1}\n{"n":2}\n');
    expect(printed('text', false, items)).toBe('number 1\nnumber 2\n');
  });
});
