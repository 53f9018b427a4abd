import { createScoringSession } from '@nearscore/inference';
import { completeModelConfig, parseModelConfig } from '@nearscore/records';
import { perceptronConfig, perceptronOnnx } from './perceptron';

describe('perceptronOnnx', () => {
  it.each([8, 30, 1024])('is a model that takes %i floats', async (width) => {
    const session = await createScoringSession(Buffer.from(perceptronOnnx(width)));
    try {
      const config = completeModelConfig(parseModelConfig(perceptronConfig('mlp-test', width)), session.signature);
      expect(config.inputs).toMatchObject([{ name: 'features', width }]);
      expect(config.score).toMatchObject({ output: 'probability', column: 0 });
    } finally {
      await session.release();
    }
  });

  it('is the same each time', () => expect(perceptronOnnx(8)).toEqual(perceptronOnnx(8)));
});
