/** Opens the identity store at start, in the adapter that the settings name, and closes it after the server has. */
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health, Settings } from '@oss/host';
import { DistributedIdentityStore } from './distributed-identity-store';
import { EmbeddedIdentityStore } from './embedded-identity-store';
import { IdentityStore } from './identity-store';

@Module({
  providers: [
    {
      provide: IdentityStore,
      inject: [Settings, Health],
      useFactory: async (settings: Settings, health: Health): Promise<IdentityStore> => {
        const { dataDir, eventStore, kurrentdbUrl, masterKey, hmacKey } = settings;
        const given = { ...(masterKey && { master: masterKey }), ...(hmacKey && { hmac: hmacKey }) };
        const store =
          eventStore === 'embedded'
            ? EmbeddedIdentityStore.open(dataDir, given)
            : await DistributedIdentityStore.open(kurrentdbUrl!, given);
        health.register('identities', () => true);
        return store;
      },
    },
  ],
  exports: [IdentityStore],
})
export class IdentityModule implements OnApplicationShutdown {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
