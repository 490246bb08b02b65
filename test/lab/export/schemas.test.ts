import { resolve } from 'node:path';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import type { TableName } from '../../../src/lab/export/schemas';
import { tableRowSchema } from '../../../src/lab/export/schemas';

it.each<TableName>(['runs', 'phases', 'summary'])(
  'the published schema of a row of %s.csv is made of its columns (vitest -u writes it anew)',
  async (table) => {
    const text = await format(JSON.stringify(tableRowSchema(table)), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot(resolve(`resources/schemas/${table}-row.schema.json`));
  },
);
