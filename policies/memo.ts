/** Keeps what was computed for an object as long as the object is there: rules ask the same of the same facts. */
export function memo<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const values = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = values.get(key) ?? { value: compute(key) };
    values.set(key, found);
    return found.value;
  };
}
