import { Terminal } from './terminal';

function record(isTTY: boolean, columns?: number) {
  let text = '';
  const clock = { ms: 0 };
  const output = { isTTY, ...(columns && { columns }), write: (part: string) => (text += part) };
  return { terminal: new Terminal(output, () => clock.ms), written: () => text, clock };
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

  it('redraws no more often than can be seen, but always to the end', () => {
    const { terminal, written, clock } = record(true);
    for (let done = 1; done <= 1_000; done++) {
      terminal.progress(done, 1_000, 'records');
      clock.ms += 1;
    }
    expect(written().match(/\r/g)).toHaveLength(21);
    expect(written()).toContain('1,000 of 1,000 records\n');
  });

  it('draws a block over the one before, however many lines it had', () => {
    const { terminal, written } = record(true);
    terminal.block(['a', 'b', 'c']);
    terminal.block(['d', 'e']);
    terminal.clear();
    expect(written()).toBe('\r\x1b[Ka\nb\nc' + '\r\x1b[2A\x1b[Jd\ne' + '\r\x1b[1A\x1b[J');
  });

  it('cuts what is redrawn to the width of the terminal', () => {
    const { terminal, written } = record(true, 6);
    terminal.block(['123456', '12345']);
    expect(written()).toBe('\r\x1b[K12345\n12345');
  });

  it('writes neither status nor block when piped', () => {
    const { terminal, written } = record(false);
    terminal.status('loading');
    terminal.block(['a']);
    terminal.clear();
    expect(written()).toBe('');
  });
});
