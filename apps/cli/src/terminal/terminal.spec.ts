import { Terminal } from './terminal';

function record(isTTY: boolean): { terminal: Terminal; written: () => string } {
  let text = '';
  return { terminal: new Terminal({ isTTY, write: (part) => (text += part) }), written: () => text };
}

describe('Terminal', () => {
  it('writes plain lines at each quarter when piped', () => {
    const { terminal, written } = record(false);
    for (let done = 0; done <= 1250; done += 50) terminal.progress(done, 1250, 'records scored');
    expect(written()).toBe(
      ['0', '350', '650', '950', '1,250'].map((done) => `  ${done} of 1,250 records scored\n`).join(''),
    );
  });

  it('redraws a bar on a terminal, and ends it with a line', () => {
    const { terminal, written } = record(true);
    terminal.progress(1, 2, 'records');
    terminal.progress(2, 2, 'records');
    terminal.line('done');
    const [half, whole, done] = [`${'█'.repeat(15)}${'░'.repeat(15)} 1 of 2 records`, '█'.repeat(30), 'done\n'];
    expect(written()).toBe(`\r\x1b[K  ${half}\r\x1b[K  ${whole} 2 of 2 records\n${done}`);
  });

  it('never leaves half a bar before a line', () => {
    const { terminal, written } = record(true);
    terminal.progress(1, 2, 'records');
    terminal.line('node-1 died');
    expect(written().endsWith('\r\x1b[Knode-1 died\n')).toBe(true);
  });
});
