/** Opens the identity store at start, in the adapter that the settings name, and closes it after the server has. */
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Health, Settings } from '@oss/host';
import { EmbeddedIdentityStore } from './embedded-identity-store';
import { IdentityStore } from './identity-store';

@Module({
  providers: [
    {
      provide: IdentityStore,
      inject: [Settings, Health],
      useFactory: ({ dataDir, masterKey, hmacKey }: Settings, health: Health) => {
        const given = { ...(masterKey && { master: masterKey }), ...(hmacKey && { hmac: hmacKey }) };
        const store = EmbeddedIdentityStore.open(dataDir, given);
        health.register('identities', () => true);
        return store;
      },
    },
  ],
  exports: [IdentityStore],
})
export class IdentityModule implements OnApplicationShutdown {
  constructor(@Inject(IdentityStore) private readonly store: EmbeddedIdentityStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
