export { ModelConfigError, type ModelConfigIssue, RecordFormatError, type RecordFormatIssue } from './records.errors';

// model.json
export {
  TENSOR_DATATYPES,
  type ModelSignature,
  type TensorDatatype,
  type TensorSignature,
} from './config/model-signature';
export { type ModelConfigInput, parseModelConfig } from './config/model-config.schema';
export { completeModelConfig } from './config/model-config-completion';
export {
  FEATURE_KINDS,
  type FeatureConfig,
  type FeatureKind,
  type InputConfig,
  type LabelConfig,
  type ModelConfig,
} from './config/model-config';

// records as JSON
export { type FeatureField, featureFields } from './fields/feature-fields';
export { type FieldValue, parseRecord, type RecordValues } from './fields/record-parsing';

// record bytes → tensor rows
export { type CompactField, type CompactSchema } from './compact/compact-schema';
export { createInputRows, type InputRows, type RowData } from './decoding/input-rows';
export { RecordDecoder, type UnknownSchema } from './decoding/record-decoder';
export { RECORD_FAILURE_CODES, type RecordFailure, type RecordFailureCode } from './decoding/record-failure';
export { type Fingerprint, fingerprintOf, fingerprintToBigInt } from './fingerprint';

// two versions beside each other
export { scoreBucketOf } from './comparison/score-bucket';
export { shareOf } from './comparison/share';

// outputs → prediction bytes
export { type Prediction, PredictionRecord } from './prediction/prediction';
export { type OutputColumns } from './prediction/output-columns';
export { PredictionEncoder, type PredictionOrigin } from './prediction/prediction-encoder';
export { PREDICTION_SCHEMA } from './prediction/prediction.schema';
export { predictionSerializer } from './prediction/prediction-serializer';
export { decodePrediction } from './prediction/prediction-decoding';
export { decodeKey, decodeTextKey, encodeKey } from './prediction/key-decoding';
export { predictionScoreOf } from './prediction/prediction-score';
export { type PredictionStamp, predictionStampOf } from './prediction/prediction-stamp';
