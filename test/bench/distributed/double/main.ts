/** The test double of KurrentDB as a process of its own, so that the bench measures apps and not itself. Ends with its parent. */
import { KurrentDbDouble } from '../../../support/kurrentdb-double/double';

void KurrentDbDouble.start().then((double) => process.send!({ url: double.url() }));
process.on('disconnect', () => process.exit(0));
