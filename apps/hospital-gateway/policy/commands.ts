/** Adoption and its queries on the switchboard inside the app; what refuses an adoption is put into problem details here. */
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type FieldProblem, Problem } from '@oss/host';
import { type PackContent, PackInvalid } from '@oss/policy';
import { assertNamesNobody } from '../registry/person-check';
import type { AdoptedVersion } from './adopted-packs';
import { type Adoption, PackAdoption, PackConflict, PackNotAdopted } from './pack-adoption';
import { packSourceOf } from './pack-files';
import { PolicyShelf } from './policy-shelf';

/** What messages call a pack that came over the wire. */
const POSTED = 'the posted pack';

/** Adopts a pack. @throws Problem `pack-invalid`, `pack-not-adopted` (422), `pack-conflict` (409) */
export class AdoptPack extends Command<Adoption> {
  constructor(
    readonly content: unknown,
    readonly operatorCode: string,
    readonly replaces: string | undefined,
  ) {
    super();
  }
}

/** Every version adopted for a region, its city and its province. */
export class ListPacks extends Query<readonly AdoptedVersion[]> {
  constructor(readonly region: string) {
    super();
  }
}

/** The content of one version. @throws Problem `not-found` */
export class GetPack extends Query<PackContent> {
  constructor(readonly digest: string) {
    super();
  }
}

@CommandHandler(AdoptPack)
export class AdoptPackHandler implements ICommandHandler<AdoptPack> {
  constructor(private readonly adoption: PackAdoption) {}

  async execute({ content, operatorCode, replaces }: AdoptPack): Promise<Adoption> {
    assertNamesNobody('operatorCode', operatorCode);
    try {
      return await this.adoption.adopt(packSourceOf(content, POSTED), { operatorCode, replaces });
    } catch (error) {
      throw problemOf(error);
    }
  }
}

@QueryHandler(ListPacks)
export class ListPacksHandler implements IQueryHandler<ListPacks> {
  constructor(private readonly shelf: PolicyShelf) {}

  execute({ region }: ListPacks): Promise<readonly AdoptedVersion[]> {
    return this.shelf.versionsFor(region);
  }
}

@QueryHandler(GetPack)
export class GetPackHandler implements IQueryHandler<GetPack> {
  constructor(private readonly shelf: PolicyShelf) {}

  async execute({ digest }: GetPack): Promise<PackContent> {
    const content = await this.shelf.content(digest);
    if (content === null) throw new Problem('not-found', `no pack is adopted with digest ${digest}`);
    return content;
  }
}

/** An expected "no" of an adoption as problem details; anything else as it is. */
function problemOf(error: unknown): unknown {
  if (error instanceof PackInvalid) {
    const fields = error.problems.map(({ path, message, cure }): FieldProblem => {
      return { path: path === '' ? 'content' : `content.${path}`, message: `${message}. Cure: ${cure}` };
    });
    return new Problem('pack-invalid', `the pack has ${fields.length} problem${fields.length === 1 ? '' : 's'}`, { fields });
  }
  if (error instanceof PackConflict) {
    return new Problem('pack-conflict', error.message, { fields: [{ path: 'content.id', message: 'stands for other content' }] });
  }
  if (error instanceof PackNotAdopted) {
    return new Problem('pack-not-adopted', error.message, { fields: [{ path: 'replaces', message: error.message }] });
  }
  return error;
}

export const POLICY_HANDLERS = [AdoptPackHandler, ListPacksHandler, GetPackHandler];
