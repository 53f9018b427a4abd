import { UploadSlots } from './upload-slots';

test('refuses what goes beyond the slots, and gives a slot back however its work ended', async () => {
  const slots = new UploadSlots(1);
  let fail: (error: Error) => void = () => undefined;
  const running = slots.use(() => new Promise((_resolve, reject) => (fail = reject)));
  await expect(slots.use(async () => 1)).rejects.toMatchObject({ code: 'TOO_MANY_UPLOADS', retriable: true });
  fail(new Error('broken'));
  await expect(running).rejects.toThrow('broken');
  expect(await slots.use(async () => 2)).toBe(2);
});
