/**
 * What runs beside the product fits it: every app that can stand alone is a service of docker-compose.yml and is scraped by
 * Prometheus, the keys have no default, and the dashboard asks only for metrics that the code has.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, sourceTree } from './support/source-tree';

interface Service {
  readonly command?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const yaml = (path: string): unknown => parse(read(path), { merge: true });
const { services } = yaml('docker-compose.yml') as { services: Record<string, Service> };

/** Apps with a module of their own name; of audit, which signs, there is one. */
const ALONE = readdirSync(join(ROOT, 'apps')).filter(
  (app) => app !== 'audit' && existsSync(join(ROOT, 'apps', app, `${app}.module.ts`)),
);

test('every app that can stand alone runs twice, on the store that all share', () => {
  expect(ALONE.length).toBeGreaterThanOrEqual(7);
  for (const app of ALONE) {
    const { command, deploy, environment } = services[app] ?? {};
    expect([app, command, deploy, environment?.['EVENT_STORE']]).toEqual([
      app,
      [`dist/apps/${app}/main.js`],
      { replicas: 2 },
      'kurrentdb',
    ]);
  }
});

test('the audit app runs once: two of it would need one key', () => {
  const { command, deploy, environment } = services['audit'] ?? {};
  expect([command, deploy, environment?.['EVENT_STORE']]).toEqual([['dist/apps/audit/service/main.js'], undefined, 'kurrentdb']);
});

test('Prometheus looks up every one of them', () => {
  const { scrape_configs } = yaml('infra/observability/prometheus/prometheus.yml') as {
    scrape_configs: { job_name: string; dns_sd_configs?: { names: string[]; port: number }[] }[];
  };
  const { names, port } = scrape_configs.find(({ job_name }) => job_name === 'apps')!.dns_sd_configs![0]!;
  expect([...ALONE, 'audit'].filter((app) => !names.includes(app))).toEqual([]);
  expect(names.filter((name) => services[name] === undefined)).toEqual([]);
  expect(port).toBe(3000);
});

test('traces are kept where they are asked for alone', () => {
  for (const app of ALONE)
    expect(services[app]!.environment!['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('${OTEL_EXPORTER_OTLP_ENDPOINT:-}');
  expect(services['jaeger']!.profiles).toEqual(['traces']);
});

test('no secret has a default, and what has no protection of its own is not published', () => {
  const secrets = Object.values(services).flatMap(({ environment = {} }) =>
    Object.entries(environment).filter(([name]) => /KEY|PASSWORD/.test(name)),
  );
  expect(secrets.map(([name]) => name)).toEqual(['OSS_MASTER_KEY', 'OSS_HMAC_KEY', 'GF_SECURITY_ADMIN_PASSWORD']);
  for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
  const outside = Object.entries(services).filter(([, { networks, ports }]) => networks.includes('outside') || ports);
  expect(outside.map(([name]) => name)).toEqual(['hospital-gateway', 'prometheus', 'grafana', 'jaeger']);
  for (const [, { ports = [] }] of outside) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('the dashboard asks for metrics that the code has', () => {
  const dashboard = JSON.parse(read('infra/observability/grafana/dashboards/one-stop.json')) as {
    panels: { targets: { expr: string }[] }[];
  };
  const asked = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/oss_[a-z_]+/g) ?? []));
  const code = sourceTree().filter(({ path }) => /^(apps|libs)\//.test(path) && !path.endsWith('.spec.ts'));
  const had = new Set(code.flatMap(({ text }) => [...text.matchAll(/'(oss_[a-z_]+)'/g)].map(([, name]) => name)));
  expect([...new Set(asked)].filter((name) => !had.has(name.replace(/_bucket$/, '')))).toEqual([]);
  expect(new Set(asked).size).toBeGreaterThanOrEqual(9);
});
