import { settingsSchema, type AppSettings, type SettingsErrors } from './settings';

/** The form as typed: numbers are still text. */
export interface FormValues {
  datasourceUid: string;
  refreshSeconds: string;
  staleAfterSeconds: string;
  lookbackHours: string;
  changeWatch: boolean;
  inventoryUrl: string;
}

const DEFAULTS = settingsSchema.parse({});

/** Fills the form from jsonData, whatever state it is in: what cannot be used is shown, so that it can be mended. */
export function formOf(jsonData: unknown): FormValues {
  const stored = { ...DEFAULTS, ...(jsonData as Partial<Record<keyof AppSettings, unknown>> | undefined) };
  return {
    datasourceUid: String(stored.datasourceUid ?? ''),
    refreshSeconds: String(stored.refreshSeconds ?? ''),
    staleAfterSeconds: String(stored.staleAfterSeconds ?? ''),
    lookbackHours: String(stored.lookbackHours ?? ''),
    changeWatch: stored.changeWatch !== false,
    inventoryUrl: String(stored.inventoryUrl ?? ''),
  };
}

export function checkForm(values: FormValues): { settings: AppSettings } | { errors: SettingsErrors } {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const parsed = settingsSchema.safeParse({
    ...values,
    refreshSeconds: number(values.refreshSeconds),
    staleAfterSeconds: number(values.staleAfterSeconds),
    lookbackHours: number(values.lookbackHours),
  });
  if (parsed.success) {
    return { settings: parsed.data };
  }
  const errors: SettingsErrors = {};
  for (const { path, message } of parsed.error.issues) {
    errors[path[0] as keyof AppSettings] ??= message;
  }
  return { errors };
}
