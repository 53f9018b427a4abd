/**
 * Names the operator that failed, from ONNX Runtime's message ("… while running Gather node. Name:'lookup' Status
 * Message: … idx=9 …"). The rest of the message is left out: it quotes values.
 */
export function failingOperator(message: string): string | undefined {
  const match = /while running (\w{1,64}) node\. Name:'([^']{0,128})'/.exec(message);
  if (!match) return undefined;
  return match[2] ? `${match[1]} node '${match[2]}'` : `${match[1]} node`;
}
