/**
 * Remembers what was computed of a file and the organization's file, as long as both are there: of two configurations that are
 * compared, most files are the same.
 */
export function oncePerFile<K extends object, V>(compute: (file: K, organization: K) => V): typeof compute {
  const known = new WeakMap<K, WeakMap<K, { readonly value: V }>>();
  return (file, organization) => {
    const values = known.get(organization) ?? new WeakMap<K, { readonly value: V }>();
    known.set(organization, values);
    const found = values.get(file) ?? { value: compute(file, organization) };
    values.set(file, found);
    return found.value;
  };
}
