import { answerInspection } from '@nearscore/inference';

// The entry of the disposable process in which a candidate is loaded; see inspectModel.
answerInspection();
