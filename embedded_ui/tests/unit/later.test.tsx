import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { later } from "../../src/ui/later";
import { Boundary } from "../../src/ui/States";

afterEach(cleanup);

const Word = ({ word }: { word: string }) => <b>{word}</b>;

/** A chunk that comes, or fails to, when the test says so. */
function chunk() {
  const asked: { come: () => void; fail: (error: Error) => void }[] = [];
  const load = () =>
    new Promise<{ default: typeof Word }>((resolve, reject) => {
      asked.push({ come: () => resolve({ default: Word }), fail: reject });
    });
  return { asked, load };
}

test("what is awaited is shown until the chunk is there, and the component at once", async () => {
  const { asked, load } = chunk();
  const Shown = later(load, <i>awaited</i>);
  expect(asked).toHaveLength(0);
  const { container } = render(<Shown word="there" />);
  expect(container.innerHTML).toBe("<i>awaited</i>");
  await act(async () => asked[0]?.come());
  expect(container.innerHTML).toBe("<b>there</b>");
  expect(render(<Shown word="again" />).container.innerHTML).toBe("<b>again</b>");
  expect(asked).toHaveLength(1);
});

test("a chunk that was fetched before is there from the first render on", async () => {
  const { asked, load } = chunk();
  const Shown = later(load);
  const prepared = Shown.prepare();
  asked[0]?.come();
  await prepared;
  expect(render(<Shown word="there" />).container.innerHTML).toBe("<b>there</b>");
});

test("a chunk that does not come is said by the boundary, whose button asks again", async () => {
  const { asked, load } = chunk();
  const Shown = later(load);
  const { container } = render(
    <Boundary>
      <Shown word="there" />
    </Boundary>,
  );
  await act(async () => asked[0]?.fail(new Error("the network went")));
  expect(screen.getByText(/the network went/)).toBeTruthy();
  await act(async () => screen.getByRole("button", { name: "Try again" }).click());
  await act(async () => asked[1]?.come());
  expect(container.innerHTML).toBe("<b>there</b>");
});
