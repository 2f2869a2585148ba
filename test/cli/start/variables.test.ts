import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/config/settings.ts';
import type { Options } from '../../../src/cli/start/options.ts';
import {
  localVariables,
  secretsIn,
  strayKeys,
  trackingToken,
  unusedKeys,
  wantsDemo,
} from '../../../src/cli/start/variables.ts';

const URL = 'http://127.0.0.1:8787';
const options: Options = {
  port: 8787,
  data: '.wrangler/state',
  tick_seconds: 5,
  token: 'demo',
  token_is_hidden: false,
  vendors: { 'my-relay': 'https://relay.example' },
  vendor_keys: { 'my-relay': 'sk-1' },
  environment_keys: {},
  vars: {},
  help: false,
};
const demo = { vendors: { demo: 'http://127.0.0.1:1/demo' }, keys: { demo: 'k' } };

describe('localVariables()', () => {
  it('gives what readSettings() accepts', () => {
    const settings = readSettings(localVariables(options, URL, null, {}));
    expect(settings).toMatchObject({
      ok: true,
      value: {
        default_vendor: 'my-relay',
        public_base_url: URL,
        tick_ms: 5000,
        mirror_lease_ms: 60_000,
        allow_private_hosts: true,
      },
    });
    expect(settings.ok && settings.value.vendors.get('my-relay')?.key).toBe('sk-1');
  });

  it('gives the demo its vendors and keys, and looks at them often', () => {
    const variables = localVariables({ ...options, vendors: {}, vendor_keys: {} }, URL, demo, {});
    expect(variables).toMatchObject({
      VENDORS: { demo: { base_url: demo.vendors.demo } },
      DEMO_API_KEY: 'k',
      POLL_INTERVAL_SECONDS: 2,
    });
  });

  it('lets --var win over everything else, VENDORS as JSON', () => {
    const vars = {
      VENDORS: '{"b":{"base_url":"https://b.example"}}',
      PUBLIC_BASE_URL: 'https://songs.example',
      TICK_SECONDS: '9',
    };
    expect(localVariables({ ...options, vars }, URL, null, { TICK_SECONDS: 60 })).toMatchObject({
      VENDORS: { b: { base_url: 'https://b.example' } },
      PUBLIC_BASE_URL: 'https://songs.example',
      TICK_SECONDS: '9',
    });
  });

  it('keeps the vendors of wrangler.toml behind those of the command line', () => {
    const own = {
      VENDORS: { home: { base_url: 'https://home.example' }, 'my-relay': { base_url: 'https://old.example' } },
    };
    const { VENDORS } = localVariables(options, URL, null, own);
    expect(JSON.stringify(VENDORS)).toBe(
      '{"my-relay":{"base_url":"https://relay.example"},"home":{"base_url":"https://home.example"}}',
    );
  });

  it('gives the environment’s keys to the vendors that there are, behind --vendor-key and before .dev.vars', () => {
    const environment_keys = { 'my-relay': 'sk-environment', home: 'sk-home', gone: 'sk-gone' };
    const own = { VENDORS: { home: { base_url: 'https://home.example' } }, HOME_API_KEY: 'sk-file' };
    const variables = localVariables({ ...options, environment_keys }, URL, null, own);
    expect(variables).toMatchObject({ MY_RELAY_API_KEY: 'sk-1', HOME_API_KEY: 'sk-home' });
    expect(variables).not.toHaveProperty('GONE_API_KEY');
    const { MY_RELAY_API_KEY } = localVariables({ ...options, vendor_keys: {}, environment_keys }, URL, null, own);
    expect(MY_RELAY_API_KEY).toBe('sk-environment');
  });

  it('gives them to the vendors of --var VENDORS too, and the demo’s relay keeps its own', () => {
    const vars = { VENDORS: '{"home":{"base_url":"https://home.example"}}' };
    const environment_keys = { home: 'sk-home', demo: 'sk-demo' };
    expect(localVariables({ ...options, vars, environment_keys }, URL, null, {})).toMatchObject({
      HOME_API_KEY: 'sk-home',
    });
    expect(localVariables({ ...options, environment_keys }, URL, demo, {})).toMatchObject({ DEMO_API_KEY: 'k' });
  });

  it('leaves VENDORS that is no JSON to the check of all settings', () => {
    const variables = localVariables({ ...options, vars: { VENDORS: '{' } }, URL, null, {});
    expect(readSettings(variables)).toMatchObject({ ok: false, fault: [expect.stringContaining('VENDORS')] });
  });
});

describe('wantsDemo()', () => {
  it('is true without --vendor and --var VENDORS', () => expect(wantsDemo({ ...options, vendors: {} })).toBe(true));
  it('is false with --vendor', () => expect(wantsDemo(options)).toBe(false));
  it('is false with --var VENDORS', () =>
    expect(wantsDemo({ ...options, vendors: {}, vars: { VENDORS: '{}' } })).toBe(false));
});

describe('strayKeys()', () => {
  it('finds none where a name in VENDORS has spaces around it, and gives that vendor its key', () => {
    const changes = { vendors: {}, vendor_keys: { b: 'sk-1' }, environment_keys: { c: 'sk-2' } };
    const VENDORS = '{" b ":{" base_url ":"https://b.example"},"c ":{"base_url":"https://c.example"}}';
    const changed = { ...options, ...changes, vars: { VENDORS } };
    const variables = localVariables(changed, URL, null, {});
    expect([strayKeys(changed, variables), unusedKeys(changed, variables)]).toEqual([[], []]);
    expect(variables).toMatchObject({ B_API_KEY: 'sk-1', C_API_KEY: 'sk-2' });
  });
  const stray = (changes: Partial<Options>) => {
    const changed = { ...options, ...changes };
    return strayKeys(changed, localVariables(changed, URL, null, {}));
  };
  it('finds none where each key has its vendor', () => expect(stray({})).toEqual([]));
  it('names the vendor that is not there, never the key', () => {
    const [said] = stray({ vendor_keys: { other: 'sk-secret' } });
    expect(said).toContain('no vendor "other"');
    expect(said).not.toContain('sk-secret');
  });
  it('knows the vendors of --var VENDORS', () =>
    expect(stray({ vendors: {}, vars: { VENDORS: '{"my-relay":{"base_url":"https://a.example"}}' } })).toEqual([]));
  it('takes no offence at a vendor that --var VENDORS has replaced', () =>
    expect(stray({ vars: { VENDORS: '{"b":{"base_url":"https://b.example"}}' } })).toEqual([]));
});

describe('unusedKeys()', () => {
  const unused = (changes: Partial<Options>) => {
    const changed = { ...options, environment_keys: { 'my-relay': 'sk-1', 'b-c': 'sk-secret' }, ...changes };
    return unusedKeys(changed, localVariables(changed, URL, null, {}));
  };
  it('names the variable whose vendor is not there, never the key', () => {
    expect(unused({})).toEqual([expect.stringMatching(/^LONGPLAY_KEY_B_C: there is no vendor "b-c"(?!.*secret)/)]);
  });
  it('says nothing beside the demo', () => expect(unused({ vendors: {} })).toEqual([]));
});

describe('secretsIn()', () => {
  it('takes keys and secrets, each part of a pair, and nothing else', () => {
    const variables = {
      A_API_KEY: 'sk-1',
      WEBHOOK_SECRET: 'whsec_a whsec_b',
      HOOK_SECRET: '',
      API_TOKENS: 'demo',
      DELAYS: 'short',
    };
    expect(secretsIn(variables)).toEqual(['sk-1', 'whsec_a', 'whsec_b']);
  });
});

describe('trackingToken()', () => {
  const token = (API_TOKENS?: string) =>
    trackingToken({ ...options, vars: API_TOKENS === undefined ? {} : { API_TOKENS } });
  it('is --token by default', () => expect(token()).toBe('demo'));
  it('is the first that may track', () => expect(token('a:read:r1, b:track:t1, t2')).toBe('t1'));
  it('is null where no token may', () => expect(token('a:read:r1')).toBe(null));
});
