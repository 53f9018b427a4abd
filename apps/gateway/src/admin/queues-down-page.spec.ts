import { queuesDownPage } from './queues-down-page';

test('a reason is text, whatever it holds', () => {
  expect(queuesDownPage('ECONNREFUSED')).toContain('<p>ECONNREFUSED</p>');
  const hostile = queuesDownPage(`<script>alert("1" & '2')</script>`);
  expect(hostile).not.toContain('<script>');
  expect(hostile).toContain('&#60;script&#62;alert(&#34;1&#34; &#38; &#39;2&#39;)');
});
