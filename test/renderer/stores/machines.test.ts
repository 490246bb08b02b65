// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { useMachines } from '../../../src/renderer/stores/machines';
import { installFakeLabApi } from '../../support/fake-lab-api';

let bridge: ReturnType<typeof installFakeLabApi>;
beforeEach(() => {
  setActivePinia(createPinia());
  bridge = installFakeLabApi();
});

it('loads the list and finds a machine in it', async () => {
  const machines = useMachines();
  expect(machines.isLoaded).toBe(false);
  await machines.load();
  expect(machines.find('p3-1000-desktop')?.year).toBe(2002);
  expect(machines.find('another')).toBeUndefined();
});

it('keeps why the list could not be read, until it can', async () => {
  const failure = { code: 'HOST-PROFILE-FILE', message: 'Broken.', nextStep: 'Mend it.' };
  bridge.api.listMachines.mockResolvedValueOnce({ ok: false, failure });
  const machines = useMachines();
  await machines.load();
  expect(machines.failure).toEqual(failure);
  await machines.load();
  expect(machines.failure).toBeNull();
  expect(machines.machines).toHaveLength(1);
});
