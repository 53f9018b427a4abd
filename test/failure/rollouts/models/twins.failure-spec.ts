import { answersOf, exampleVersion, ROWS } from './version-answers';
import { twinOf } from './twins';

describe('twinOf', () => {
  it.each([1, 2, 3] as const)('answers as breast-cancer %i does, or shifted', async (version) => {
    const model = exampleVersion(version);
    const same = twinOf(model, 11, { factor: 1, offset: 0 });
    const shifted = twinOf(model, 12, { factor: 0.6, offset: 0.2 });
    expect(Buffer.from(same.onnx).equals(Buffer.from(model.onnx))).toBe(false);
    const answers = await answersOf([model, same, shifted]);
    for (let row = 0; row < ROWS; row += 7) {
      const score = answers(model, row);
      expect(answers(same, row)).toBe(score);
      expect(answers(shifted, row)).toBeCloseTo(0.6 * score + 0.2, 6);
    }
    expect(answers({ model: 'nobody', version: 1 }, 0)).toBeNaN();
  });
});
