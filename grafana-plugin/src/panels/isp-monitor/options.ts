import type { PanelOptionsEditorBuilder } from '@grafana/data';

export interface UplinksPanelOptions {
  /** Regions to show, split by commas; empty: all. Dashboard variables are replaced. */
  regions: string;
  /** 0: as many as fit. */
  columns: number;
  problemsOnly: boolean;
}

export function addOptions(builder: PanelOptionsEditorBuilder<UplinksPanelOptions>): void {
  builder
    .addTextInput({
      path: 'regions',
      name: 'Regions',
      description: 'Names split by commas, or a variable; empty shows all',
      defaultValue: '',
    })
    .addNumberInput({
      path: 'columns',
      name: 'Columns',
      description: '0: as many as fit',
      defaultValue: 0,
      settings: { min: 0, max: 24, integer: true },
    })
    .addBooleanSwitch({
      path: 'problemsOnly',
      name: 'Only problems',
      description: 'Sites that are down, degraded or unknown, or have a device that is down',
      defaultValue: false,
    });
}

/** Region names from the option after variables were replaced: "A,B", "A, B" and Grafana's "{A,B}" for several. */
export function parseRegions(text: string): string[] {
  return text
    .replace(/^\{(.*)\}$/, '$1')
    .split(',')
    .map((region) => region.trim())
    .filter(Boolean);
}
