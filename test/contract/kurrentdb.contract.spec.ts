/** The KurrentDB store under the contract, against the test double; `npm run test:contract` runs it against a real server. */
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { describeEventStore } from './event-store.contract';
import { kurrentLife } from './kurrent-life';

/** Every step crosses a socket: patience, not measure. */
jest.setTimeout(30_000);

describeEventStore('kurrentdb', async () => {
  const double = await KurrentDbDouble.start();
  return kurrentLife(double.url(), '', () => double.stop());
});
