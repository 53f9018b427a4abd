import { type RowModel } from '../models/version-answers';

/** The part of the gateway's answer that is looked at. */
export interface RolloutView {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly step: number;
  readonly percent: number;
  readonly epoch: number;
  readonly nodes: readonly { readonly node: string; readonly state: string; readonly reason: string | null }[];
  readonly figures: { readonly samples: number; readonly errorRate: number | null; readonly psi: number | null } | null;
  readonly reason: { readonly code: string; readonly message: string } | null;
}

export interface RolloutRequest {
  readonly stream: string;
  readonly version: number;
  readonly model?: string;
  readonly strategy?: object;
  readonly rescore?: boolean;
}

export async function admit(url: string, { model, version, onnx, json }: RowModel): Promise<void> {
  const form = new FormData();
  form.set('model', new Blob([new Uint8Array(onnx)]), 'model.onnx');
  form.set('config', new Blob([JSON.stringify(json)], { type: 'application/json' }), 'model.json');
  const response = await fetch(`${url}/v1/models/${model}/versions/${version}`, { method: 'PUT', body: form });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
