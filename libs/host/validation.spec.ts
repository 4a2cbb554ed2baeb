/** The compiled plan must agree with the stock validator on every body, and every refusal must name every field. */
import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { Problem } from './problem';
import { validated } from './validation';
import { planFor, Refused } from './validation-plan';

class Line {
  @IsString()
  code: string;

  @IsIn(['A', 'B', 'C'])
  class: string;

  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  amountFen: number;

  @ValidateIf((line: Line) => line.class === 'B' || line.firstSelfPayBp !== undefined)
  @IsOptional()
  @IsInt()
  @Max(10_000)
  firstSelfPayBp?: number;
}

class Bill {
  @IsInt()
  totalFen: number;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines?: Line[];

  @IsString({ each: true })
  notes: string[];
}

class Body {
  @Matches(/^\d{6}$/)
  region: string;

  @ValidateNested()
  @Type(() => Bill)
  bill: Bill;
}

const good = () => ({
  region: '360222',
  bill: { totalFen: 5, notes: ['a'], lines: [{ code: 'x', class: 'B', amountFen: 5, firstSelfPayBp: 1000 }] },
});

function refusal(body: unknown): Problem {
  try {
    validated(Body, body);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

describe('validated', () => {
  it('answers instances of the nested classes, unchanged', () => {
    const body = validated(Body, good());
    expect(body).toBeInstanceOf(Body);
    expect(body.bill).toBeInstanceOf(Bill);
    expect(body.bill.lines?.[0]).toBeInstanceOf(Line);
    expect(JSON.parse(JSON.stringify(body))).toEqual(good());
  });

  it('names every offending field by its path', () => {
    const { status, fields } = refusal({
      region: 360222,
      extra: 1,
      bill: {
        notes: ['a', 5],
        lines: [
          { code: 'x', class: 'B', amountFen: 5 },
          { code: 'y', class: 'D', amountFen: '7', odd: true },
        ],
      },
    });
    expect(status).toBe(400);
    expect(fields).toEqual([
      { path: 'extra', message: 'is not a field of this request' },
      { path: 'region', message: 'region must match /^\\d{6}$/ regular expression' },
      { path: 'bill.totalFen', message: 'is missing' },
      { path: 'bill.lines[1].odd', message: 'is not a field of this request' },
      { path: 'bill.lines[1].class', message: 'class must be one of the following values: A, B, C' },
      {
        path: 'bill.lines[1].amountFen',
        message:
          'amountFen must not be greater than 9007199254740991; amountFen must not be less than 0; amountFen must be an integer number',
      },
      { path: 'bill.notes', message: 'each value in notes must be a string' },
    ]);
  });

  it.each([null, undefined, 5, 'text', [], [good()]])('refuses a body that is no object: %j', (body) => {
    expect(refusal(body).fields).toEqual([{ path: '', message: 'must be a JSON object' }]);
  });

  it('refuses an array where one nested object belongs, which the stock validator lets pass', () => {
    expect(refusal({ ...good(), bill: [] }).fields).toEqual([{ path: 'bill', message: 'is missing, or is not a JSON object' }]);
    expect(refusal({ region: '360222' }).fields).toEqual([{ path: 'bill', message: 'is missing, or is not a JSON object' }]);
  });

  it('agrees with the stock validator on any body (property)', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(null, undefined, '', 'A', 'B', 0, -1, 1.5, 10_001, true, {}, 'x'),
      fc.integer(),
    );
    const line = fc.record(
      { code: value, class: fc.oneof(fc.constantFrom('A', 'B'), value), amountFen: value, firstSelfPayBp: value, odd: value },
      { requiredKeys: [] },
    );
    const bill = fc.record(
      {
        totalFen: value,
        notes: fc.oneof(value, fc.array(value, { maxLength: 2 })),
        lines: fc.oneof(fc.array(line, { maxLength: 2 }), value),
      },
      { requiredKeys: [] },
    );
    const body = fc.record({ region: fc.oneof(fc.constant('360222'), value), bill });
    fc.assert(
      fc.property(body, (plain) => {
        const stock = validateSync(plainToInstance(Body, plain), { whitelist: true, forbidNonWhitelisted: true });
        const planned = planFor(Body)!.build(plain, '');
        expect(planned instanceof Refused).toBe(stock.length > 0);
      }),
      { numRuns: 2_000 },
    );
  });
});
