import { useState, type FormEvent } from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import { Alert, Button, Field, FieldSet, Input, SecretInput, Stack, Switch } from '@grafana/ui';
import { checkInventory } from '../data/inventory';
import { checkForm, formOf, type FormValues } from './form';
import { saveSettings } from './save-settings';
import { METRICS_SOURCE_TYPES, type SettingsErrors } from './settings';

interface ConfigPageProps extends PluginConfigPageProps<AppPluginMeta> {
  /** Grafana hands a plugin its new configuration only with a new page. */
  onSaved?: () => void;
}

type Outcome = { severity: 'error' | 'success'; text: string };

export const ConfigPage = ({ plugin, onSaved = () => window.location.reload() }: ConfigPageProps) => {
  const { meta } = plugin;
  const [values, setValues] = useState<FormValues>(() => formOf(meta.jsonData));
  const [token, setToken] = useState('');
  const [tokenStored, setTokenStored] = useState(meta.secureJsonFields?.inventoryToken === true);
  const [errors, setErrors] = useState<SettingsErrors>({});
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<FormValues>) => setValues((old) => ({ ...old, ...change }));

  const attempt = async (work: () => Promise<string>) => {
    setBusy(true);
    setOutcome(null);
    try {
      setOutcome({ severity: 'success', text: await work() });
    } catch (error) {
      setOutcome({ severity: 'error', text: error instanceof Error ? error.message : String(error) });
    } finally {
      setBusy(false);
    }
  };

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const checked = checkForm(values);
    if ('errors' in checked) {
      setErrors(checked.errors);
      setOutcome({ severity: 'error', text: 'Not saved: mend what is marked below.' });
      return;
    }
    setErrors({});
    await attempt(async () => {
      await saveSettings(meta, checked.settings, tokenStored ? undefined : token);
      onSaved();
      return 'Saved.';
    });
  };

  const check = () =>
    attempt(async () => {
      await checkInventory();
      return 'The inventory answers.';
    });

  const number = (
    name: 'refreshSeconds' | 'staleAfterSeconds' | 'lookbackHours',
    label: string,
    description: string
  ) => (
    <Field label={label} description={description} invalid={Boolean(errors[name])} error={errors[name]} noMargin>
      <Input
        id={`config-${name}`}
        width={20}
        inputMode="numeric"
        value={values[name]}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      />
    </Field>
  );

  return (
    <form onSubmit={save} noValidate>
      {outcome && <Alert severity={outcome.severity} title={outcome.text} />}
      <FieldSet label="Metrics">
        <Stack direction="column" gap={2}>
          <Field
            label="Data source"
            description="The Prometheus or VictoriaMetrics data source that holds the exporter's metrics"
            invalid={Boolean(errors.datasourceUid)}
            error={errors.datasourceUid}
            noMargin
          >
            <DataSourcePicker
              inputId="config-datasource"
              current={values.datasourceUid || null}
              type={[...METRICS_SOURCE_TYPES]}
              noDefault
              width={40}
              placeholder="The only one of type Prometheus"
              onChange={(ds) => set({ datasourceUid: ds.uid })}
              onClear={() => set({ datasourceUid: '' })}
            />
          </Field>
          {number('refreshSeconds', 'Refresh every (s)', 'Two queries each time, whatever the number of sites')}
          {number(
            'staleAfterSeconds',
            'Not known after (s)',
            'A state without a new sample for so long is not shown as the present'
          )}
          {number('lookbackHours', 'Look back (h)', 'How long a device whose data has stopped stays on the board')}
          <Field
            label="Watch for changes"
            description="One small query every 2 s; the board refreshes at once when a state changes"
            noMargin
          >
            <Switch
              id="config-changeWatch"
              value={values.changeWatch}
              onChange={(event) => set({ changeWatch: event.currentTarget.checked })}
            />
          </Field>
        </Stack>
      </FieldSet>
      <FieldSet label="Inventory">
        <Stack direction="column" gap={2}>
          <Field
            label="URL of the discovery sidecar"
            description="As the Grafana server reaches it; empty if there is none"
            invalid={Boolean(errors.inventoryUrl)}
            error={errors.inventoryUrl}
            noMargin
          >
            <Input
              id="config-inventoryUrl"
              width={60}
              placeholder="http://discovery:9761"
              value={values.inventoryUrl}
              onChange={(event) => set({ inventoryUrl: event.currentTarget.value })}
            />
          </Field>
          <Field label="Token" description="Sent to the sidecar by the Grafana server; never shown again" noMargin>
            <SecretInput
              id="config-token"
              width={60}
              autoComplete="off"
              isConfigured={tokenStored}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              onReset={() => {
                setToken('');
                setTokenStored(false);
              }}
            />
          </Field>
        </Stack>
      </FieldSet>
      <Stack gap={1}>
        <Button type="submit" disabled={busy}>
          Save
        </Button>
        <Button
          type="button"
          variant="secondary"
          disabled={busy || !meta.jsonData?.inventoryUrl}
          onClick={() => void check()}
        >
          Test the saved inventory
        </Button>
      </Stack>
    </form>
  );
};
