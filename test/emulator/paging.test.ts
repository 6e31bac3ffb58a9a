import fc from "fast-check";
import { paginate } from "../../emulator/paging";

const request = { scope: "things", defaultSize: 3, maxSize: 5 };

function page(items: readonly string[], query: Record<string, string> = {}, scope = "things") {
  return paginate(items, (item) => item, new URLSearchParams(query), { ...request, scope });
}

test("gives every item once, in order, whatever the page size", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), fc.integer({ min: 0, max: 9 }), (items, pageSize) => {
      const seen: string[] = [];
      let token: string | undefined = "";
      while (token !== undefined) {
        const next = page(items, { pageSize: String(pageSize), ...(token && { pageToken: token }) });
        expect(next.items.length).toBeLessThanOrEqual(pageSize === 0 ? 3 : Math.min(pageSize, 5));
        seen.push(...next.items);
        token = next.nextPageToken;
      }
      expect(seen).toEqual(items);
    }),
  );
});

test("neither repeats nor skips when something is added in front or the last item is gone", () => {
  const { nextPageToken } = page(["b", "c", "d", "e"], { pageSize: "2" });
  const query = { pageSize: "2", pageToken: nextPageToken! };
  expect(page(["a", "b", "c", "d", "e"], query).items).toEqual(["d", "e"]);
  expect(page(["b", "x", "d", "e"], query).items).toEqual(["d", "e"]);
});

test.each([
  ["junk", "The page token is not valid for this list."],
  [Buffer.from("[1,2,3]").toString("base64url"), "The page token is not valid for this list."],
  [Buffer.from('["things",-1,"a"]').toString("base64url"), "The page token is not valid for this list."],
])("refuses the token %s", (pageToken, message) => {
  expect(() => page(["a"], { pageToken })).toThrow(message);
});

test("refuses the token of another list", () => {
  const { nextPageToken } = page(["a", "b", "c", "d"]);
  expect(() => page(["a", "b"], { pageToken: nextPageToken! }, "others")).toThrow(
    "The page token is not valid for this list.",
  );
});

test.each(["-1", "x", "1.5"])("refuses the page size %s", (pageSize) => {
  expect(() => page(["a"], { pageSize })).toThrow(`Page size must be a number of at least 0, got: ${pageSize}.`);
});
