import { checkPosition, checkReading } from './journal-position';

describe('checkPosition', () => {
  it.each([
    ['nothing known, nothing dropped', undefined, 0, 9, { kind: 'resume', from: 0 }],
    ['nothing known, empty journal', undefined, 0, -1, { kind: 'resume', from: 0 }],
    ['nothing known, events dropped', undefined, 3, 9, { kind: 'rescan', reason: 'unknown-start' }],
    ['the oldest event is next', 3, 3, 9, { kind: 'resume', from: 3 }],
    ['the tail is next', 9, 3, 9, { kind: 'resume', from: 9 }],
    ['all is read', 10, 3, 9, { kind: 'resume', from: 10 }],
    ['one event dropped unread', 2, 3, 9, { kind: 'rescan', reason: 'overflow' }],
    ['past the tail', 11, 3, 9, { kind: 'rescan', reason: 'reset' }],
    ['the grid was emptied', 5, 0, -1, { kind: 'rescan', reason: 'reset' }],
  ])('%s', (_, position, oldest, newest, expected) => {
    expect(checkPosition(position, oldest, newest)).toEqual(expected);
  });
});

describe('checkReading', () => {
  it.each([
    ['begins where asked', 10, 5, 15, undefined],
    ['begins too late: events were dropped', 10, 5, 18, { kind: 'rescan', reason: 'overflow' }],
    ['begins too early: sequences began again', 10, 1, 1, { kind: 'rescan', reason: 'reset' }],
  ])('%s', (_, asked, count, next, expected) => {
    expect(checkReading(asked, count, next)).toEqual(expected);
  });
});
