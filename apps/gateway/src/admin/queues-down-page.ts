/** What is shown in place of the queues while Redis is gone; it looks again by itself. */
export function queuesDownPage(reason: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Nearscore queues</title>
<h1>Redis cannot be reached</h1>
<p>${escaped(reason)}</p>
<p>Scoring goes on. Retries wait, and rollouts are refused, until it is back; what is owed stands in the grid.</p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
