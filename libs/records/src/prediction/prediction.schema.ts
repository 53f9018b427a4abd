import { type CompactSchema } from '../compact/compact-schema';
import { FieldKind } from '../compact/field-kind';
import { schemaIdOf } from '../compact/schema-id';

const TYPE = {
  typeName: 'nearscore.Prediction',
  fields: [
    { name: 'epoch', kind: FieldKind.INT64 },
    { name: 'fingerprint', kind: FieldKind.INT64 },
    { name: 'label', kind: FieldKind.STRING },
    { name: 'model', kind: FieldKind.STRING },
    { name: 'score', kind: FieldKind.FLOAT32 },
    { name: 'scoredAt', kind: FieldKind.INT64 },
    { name: 'scores', kind: FieldKind.ARRAY_OF_FLOAT32 },
    { name: 'sourceSequence', kind: FieldKind.INT64 },
    { name: 'version', kind: FieldKind.INT32 },
  ],
};

/** The Compact type of predictions. A change of a name or kind here is a new type to every reader. */
export const PREDICTION_SCHEMA: CompactSchema = { ...TYPE, schemaId: schemaIdOf(TYPE) };
