import { ConfigIssues } from './config-issues';
import { completeInputs } from './inputs-completion';
import { type ModelConfig } from './model-config';
import { type ModelConfigInput } from './model-config.schema';
import { type ModelSignature } from './model-signature';
import { completeOutputs } from './outputs-completion';

/** Fills in what the graph tells. Throws ModelConfigError naming every place where the two disagree. */
export function completeModelConfig(config: ModelConfigInput, signature: ModelSignature): ModelConfig {
  const issues = new ConfigIssues();
  const inputs = completeInputs(config, signature.inputs, issues);
  const outputs = completeOutputs(config, signature.outputs, issues);
  issues.throwIfAny();
  if (!outputs) throw new TypeError('outputs without an issue must be complete');
  return { inputs, ...outputs };
}
