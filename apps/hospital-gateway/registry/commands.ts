/** The registry's commands and its query on the switchboard inside the app: the routes know these, not the registries. */
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Problem } from '@oss/host';
import { HospitalRegistry } from './hospital-registry';
import { assertNamesNobody, checkedPerson } from './person-check';
import { PersonRegistry } from './person-registry';
import { type HospitalRecord, type HospitalRegistered, NO_OPERATOR } from './records';
import type { ErasureRequest, PersonRequest } from './requests';
import { importCsv } from './roster-csv';
import type { RosterProgress, RosterReport } from './roster-import';
import { importXlsx } from './roster-xlsx';

/** Registers a hospital or changes its record; the same record again changes nothing. */
export class PutHospital extends Command<void> {
  constructor(
    readonly code: string,
    readonly record: HospitalRecord,
    readonly operatorCode: string | undefined,
  ) {
    super();
  }
}

/** Registers a person or changes the record; answers the personKey. */
export class PutPerson extends Command<{ personKey: string }> {
  constructor(
    readonly request: PersonRequest,
    readonly operatorCode: string | undefined,
  ) {
    super();
  }
}

/** Deletes who a person is; the history stays. */
export class ErasePerson extends Command<{ personKey: string; erased: true }> {
  constructor(
    readonly request: ErasureRequest,
    readonly operatorCode: string | undefined,
  ) {
    super();
  }
}

/** Registers the persons of a roster, row by row; rows that fail are reported and block nobody. */
export class ImportPersons extends Command<RosterReport> {
  constructor(
    readonly kind: 'csv' | 'xlsx',
    readonly bytes: AsyncIterable<Uint8Array>,
    readonly operatorCode: string | undefined,
    /** Told how far the import is; called for every row. */
    readonly tell?: (progress: RosterProgress) => void,
  ) {
    super();
  }
}

/** The hospital as registered now. */
export class GetHospital extends Query<HospitalRegistered> {
  constructor(readonly code: string) {
    super();
  }
}

@CommandHandler(PutHospital)
export class PutHospitalHandler implements ICommandHandler<PutHospital> {
  constructor(private readonly hospitals: HospitalRegistry) {}

  async execute({ code, record, operatorCode }: PutHospital): Promise<void> {
    await this.hospitals.put(code, record, operatorOf(operatorCode));
  }
}

@CommandHandler(PutPerson)
export class PutPersonHandler implements ICommandHandler<PutPerson> {
  constructor(private readonly persons: PersonRegistry) {}

  async execute({ request, operatorCode }: PutPerson): Promise<{ personKey: string }> {
    const { personKey } = await this.persons.put(request, checkedPerson(request), operatorOf(operatorCode));
    return { personKey };
  }
}

@CommandHandler(ErasePerson)
export class ErasePersonHandler implements ICommandHandler<ErasePerson> {
  constructor(private readonly persons: PersonRegistry) {}

  async execute({ request, operatorCode }: ErasePerson): Promise<{ personKey: string; erased: true }> {
    const { idNumber, personKey, reason } = request;
    if ((idNumber === undefined) === (personKey === undefined)) {
      const message = 'give either idNumber or personKey';
      throw new Problem('invalid-body', message, { fields: ['idNumber', 'personKey'].map((path) => ({ path, message })) });
    }
    assertNamesNobody('reason', reason);
    return { personKey: await this.persons.erase(request, reason, operatorOf(operatorCode)), erased: true };
  }
}

@CommandHandler(ImportPersons)
export class ImportPersonsHandler implements ICommandHandler<ImportPersons> {
  constructor(private readonly persons: PersonRegistry) {}

  async execute({ kind, bytes, operatorCode, tell }: ImportPersons): Promise<RosterReport> {
    const operator = operatorOf(operatorCode);
    const importRoster = kind === 'csv' ? importCsv : importXlsx;
    return importRoster(
      bytes,
      async (request) => (await this.persons.put(request, checkedPerson(request), operator)).outcome,
      tell,
    );
  }
}

@QueryHandler(GetHospital)
export class GetHospitalHandler implements IQueryHandler<GetHospital> {
  constructor(private readonly hospitals: HospitalRegistry) {}

  async execute({ code }: GetHospital): Promise<HospitalRegistered> {
    const hospital = await this.hospitals.get(code);
    if (hospital === null) throw new Problem('not-found', `hospital ${code} is not registered`);
    return hospital;
  }
}

function operatorOf(given: string | undefined): string {
  if (given === undefined || given.trim() === '') return NO_OPERATOR;
  assertNamesNobody('operatorCode', given);
  return given;
}

export const REGISTRY_HANDLERS = [
  PutHospitalHandler,
  PutPersonHandler,
  ErasePersonHandler,
  ImportPersonsHandler,
  GetHospitalHandler,
];
