/** Accounts as facts store them: names in order, whatever the order in which they came to be. */
import { inOrder } from './accounts';

describe('accounts', () => {
  it('out of order are laid out anew, and the given ones stay as they are', () => {
    const given = { 'year.total': 3, 'assistance.paid': 1, 'basic.inpatient': 2 };
    expect(Object.entries(inOrder(given))).toEqual([
      ['assistance.paid', 1],
      ['basic.inpatient', 2],
      ['year.total', 3],
    ]);
    expect(Object.keys(given)).toEqual(['year.total', 'assistance.paid', 'basic.inpatient']);
  });

  it('in order, and of a year without any, are the very same', () => {
    const given = { 'assistance.paid': 1, 'basic.inpatient': 2, 'basic.outpatient': 2 };
    expect(inOrder(given)).toBe(given);
    expect(inOrder({})).toEqual({});
  });
});
