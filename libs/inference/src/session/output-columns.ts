import { type OutputColumns, type TensorDatatype } from '@nearscore/records';
import { type Tensor } from 'onnxruntime-node';

export function outputColumnsOf(results: Readonly<Record<string, Tensor>>): OutputColumns {
  const columns: Record<string, OutputColumns[string]> = {};
  for (const [name, { type, data, dims }] of Object.entries(results)) {
    // signatureOf has refused every graph with an output of another datatype.
    columns[name] = { datatype: type as TensorDatatype, data, dims };
  }
  return columns;
}
