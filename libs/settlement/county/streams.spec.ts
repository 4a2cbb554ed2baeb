/** Names under which facts stand in every log that was ever written: they never change. */
import { CLEARING_PREFIX, clearingStream, PAYMENT_RECORDED } from './clearing';
import { LIST_KINDS, LIST_PREFIX, LIST_RECORDED, listStream } from './lists';

it('payments stand by hospital and month, lists by kind and region', () => {
  expect([CLEARING_PREFIX, PAYMENT_RECORDED, clearingStream('H36022200017', '2018-03')]).toEqual([
    'clearing-',
    'PaymentRecorded',
    'clearing-H36022200017-2018-03',
  ]);
  expect([LIST_PREFIX, LIST_RECORDED, listStream('register', '360222')]).toEqual([
    'list-',
    'ListRecorded',
    'list-register-360222',
  ]);
  expect(Object.keys(LIST_KINDS)).toEqual(['register', 'insurance', 'assistance']);
});
