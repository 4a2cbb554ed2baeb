/** The KurrentDB store under the contract, against the test double; `npm run test:contract` runs it against a real server. */
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { describeEventStore } from './event-store.contract';
import { kurrentLife } from './kurrent-life';

/** Every step crosses a socket: patience, not measure. */
jest.setTimeout(30_000);

/**
 * The client waits so many ms before each look for a server, by default 500, and before the first one too: with every store that
 * is opened here. It is as patient as by default (5 s in all), and looks more often.
 */
const LOOKED_FOR = '&discoveryInterval=25&maxDiscoverAttempts=200';

describeEventStore('kurrentdb', async () => {
  const double = await KurrentDbDouble.start();
  return kurrentLife(double.url() + LOOKED_FOR, '', () => double.stop());
});
