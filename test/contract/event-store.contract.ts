/**
 * What every event store must do and, as much, what each must refuse. One suite, run on every adapter: a rule that one
 * adapter honours and another silently skips is the bug that two stores invite.
 */
import type { EventStore } from '@oss/event-store';
import { describeAppending } from './appending.contract';
import { describeFollowing } from './following.contract';
import { describeReading } from './reading.contract';
import { describeRunner } from './runner.contract';
import type { StoreUnderTest } from './store-under-test';
import { describeWorking } from './working.contract';

export type MakeStore = () => Promise<StoreUnderTest>;

export function describeEventStore(name: string, makeStore: MakeStore): void {
  describe(`${name} keeps the contract of event stores`, () => {
    const under: { life: StoreUnderTest; store: EventStore } = {} as never;
    beforeEach(async () => {
      under.life = await makeStore();
      under.store = await under.life.open();
    });
    afterEach(() => under.life.destroy());
    describeAppending(under);
    describeReading(under);
    describeFollowing(under);
    describeWorking(under);
    describeRunner(under);
  });
}
