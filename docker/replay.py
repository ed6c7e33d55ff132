"""Carries out the Dockerfile on a machine that has no container engine.

    python3 docker/replay.py [--parse | --build] [--keep FOLDER]

Every RUN line runs unchanged, with the file's own absolute paths: each stage gets a
fresh root folder in a private mount namespace, where the paths that the Dockerfile
writes are empty folders, this machine's Python stands at /usr/local as in the base
image, and the rest is this machine, read-only. At the end CMD is started as its USER
with a read-only root, its VOLUMEs and /tmp writable, in a network namespace that has
nothing but loopback; /healthz, /readyz, one answer and HEALTHCHECK are asked.

What it does not show: that the base image has what this machine has (C libraries, CA
certificates), and layer caching. Linux and root only.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

CHECKOUT = Path(__file__).resolve().parent.parent

BASE_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
# The base image's linker knows /usr/local/lib. This machine's Python may name its
# library by a path that only its owner may enter.
BASE_ENV = {"PATH": BASE_PATH, "LD_LIBRARY_PATH": "/usr/local/lib"}
# What docker would be given by --build-arg or its daemon: where packages come from.
PASSED_ON = re.compile(r"(?i)^(PIP_.*|https?_proxy|no_proxy|SSL_CERT_(FILE|DIR))$")
# Seen as they are by every stage; everything else in / stays out.
SYSTEM_FOLDERS = frozenset(
    {"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "root"}
    | {"run", "sbin", "sys", "usr", "var"}
)
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 30.0
QUESTION = "Czy w kraju stosuje się karę śmierci?"


class ReplayError(Exception):
    """A step that failed, or an instruction that cannot be replayed."""


# --- reading a Dockerfile -------------------------------------------------------------


@dataclass(frozen=True)
class Instruction:
    """One instruction, its continuation lines joined.

    `line` counts from 1 and is where it begins.
    """

    line: int
    name: str
    rest: str

    def as_command(self) -> list[str]:
        """Return the words of a RUN or CMD; the shell form goes through /bin/sh."""
        if self.rest.startswith("["):
            words = json.loads(self.rest)
            if not all(isinstance(word, str) for word in words):
                raise ReplayError(f"line {self.line}: {self.name} is not all strings")
            return list(words)
        return ["/bin/sh", "-c", self.rest]


@dataclass(frozen=True)
class Stage:
    """What stands between one FROM and the next."""

    name: str
    base: str
    instructions: tuple[Instruction, ...]


def read_instructions(text: str) -> list[Instruction]:
    r"""Return the instructions of a Dockerfile; comments inside one are left out.

    >>> read_instructions("# a\nRUN x \\\n  # b\n  && y\n")
    [Instruction(line=2, name='RUN', rest='x && y')]
    """
    found: list[Instruction] = []
    parts: list[str] = []
    first = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not parts:
            first = number
        goes_on = line.endswith("\\")
        parts.append(line.removesuffix("\\").strip())
        if goes_on:
            continue
        name, _, rest = " ".join(parts).partition(" ")
        found.append(Instruction(first, name.upper(), rest.strip()))
        parts = []
    if parts:
        raise ReplayError(f"line {first}: the last instruction does not end")
    return found


def read_stages(text: str) -> tuple[list[Instruction], list[Stage]]:
    """Return what stands before the first FROM, and the stages in their order."""
    before: list[Instruction] = []
    stages: list[Stage] = []
    for instruction in read_instructions(text):
        if instruction.name == "FROM":
            words = [w for w in instruction.rest.split() if not w.startswith("--")]
            named = len(words) == 3 and words[1].upper() == "AS"
            if len(words) != 1 and not named:
                raise ReplayError(f"line {instruction.line}: FROM {instruction.rest}")
            name = words[2] if named else str(len(stages))
            stages.append(Stage(name, words[0], ()))
        elif stages:
            last = stages[-1]
            told = (*last.instructions, instruction)
            stages[-1] = Stage(last.name, last.base, told)
        else:
            before.append(instruction)
    if not stages:
        raise ReplayError("no FROM")
    return before, stages


def expand(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with $NAME, ${NAME}, ${NAME:-else} and ${NAME:+then} filled in.

    >>> expand("/opt/bin:$PATH ${A:-b}", {"PATH": "/bin"})
    '/opt/bin:/bin b'
    """

    def fill(match: re.Match[str]) -> str:
        name = match["plain"] or match["name"]
        value = values.get(name, "")
        if match["sign"] == "-":
            return value or match["other"]
        if match["sign"] == "+":
            return match["other"] if value else ""
        return value

    pattern = (
        r"\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::(?P<sign>[-+])(?P<other>[^}]*))?\})"
    )
    return re.sub(pattern, fill, text)


def read_pairs(instruction: Instruction, values: Mapping[str, str]) -> dict[str, str]:
    """Return the NAME=value pairs of an ENV; all see the values from before it."""
    pairs = {}
    for word in shlex.split(instruction.rest):
        name, equals, value = word.partition("=")
        if not equals:
            raise ReplayError(f"line {instruction.line}: ENV without '=': {word}")
        pairs[name] = expand(value, values)
    return pairs


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Say whether .dockerignore keeps `path` (relative, no leading ./) out.

    The last pattern that matches the path or a folder above it decides.

    >>> is_ignored("src/a.py", ["*", "!src"]), is_ignored("x", ["*", "!src"])
    (False, True)
    """
    ignored = False
    parts = PurePosixPath(path).parts
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for pattern in patterns:
        wanted = _pattern_to_regex(pattern.removeprefix("!").strip("/"))
        if any(wanted.fullmatch(name) for name in above):
            ignored = not pattern.startswith("!")
    return ignored


def read_ignore_file(text: str) -> list[str]:
    """Return the patterns of a .dockerignore, in order."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _pattern_to_regex(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(p, re.escape(p)) for p in pieces))


# --- the state of a stage -------------------------------------------------------------


@dataclass
class Build:
    """One stage as far as it has been carried out.

    `root` is its root folder on this machine's disk.
    """

    stage: Stage
    root: Path
    env: dict[str, str]
    args: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "0"
    volumes: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def values(self) -> dict[str, str]:
        """Return what $NAME stands for here: ENV goes before ARG."""
        return {**self.args, **self.env}

    def on_disk(self, path: str) -> Path:
        """Return where an absolute or WORKDIR-relative path lies on this machine."""
        absolute = PurePosixPath(self.workdir) / path
        return self.root / absolute.relative_to("/")


def find_written_paths(stage: Stage) -> list[str]:
    """Return the topmost folders that a stage makes or writes, sorted.

    They are its WORKDIRs, VOLUMEs, absolute targets of COPY, and the folders in its ENV
    (PATH and HOME aside).
    """
    env = dict(BASE_ENV)
    paths: set[PurePosixPath] = set()
    for instruction in stage.instructions:
        if instruction.name == "ENV":
            pairs = read_pairs(instruction, env)
            env |= pairs
            paths |= {PurePosixPath(v) for k, v in pairs.items() if k not in ("PATH",)}
        elif instruction.name in ("WORKDIR", "VOLUME"):
            paths |= {PurePosixPath(p) for p in instruction.rest.split()}
        elif instruction.name in ("COPY", "ADD"):
            paths.add(PurePosixPath(instruction.rest.split()[-1]))
    written = {p for p in paths if p.is_absolute() and p.parts[1:2] != ("tmp",)}
    top = [
        p for p in written if not any(p.is_relative_to(o) for o in written if o != p)
    ]
    return sorted(str(p) for p in top)


# --- namespaces and mounts ------------------------------------------------------------

_CLONE_NEWNS = 0x00020000
_CLONE_NEWNET = 0x40000000


def unshare(flags: int) -> None:
    """Move this process into namespaces of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise ReplayError(f"unshare: {os.strerror(number)}; this needs root on Linux")


def raise_loopback() -> None:
    """Bring up `lo` in this network namespace."""
    set_flags, up_and_running = 0x8914, 0x41  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        fcntl.ioctl(link, set_flags, struct.pack("16sH14x", b"lo", up_and_running))


def mount(*words: str | Path) -> None:
    """Call the mount program."""
    subprocess.run(["mount", *map(str, words)], check=True)


def assemble_root(build: Build) -> None:
    """Mount this machine into the stage's root folder, around the paths it writes."""
    written = [PurePosixPath(p) for p in find_written_paths(build.stage)]
    for path in written:
        (build.root / path.relative_to("/")).mkdir(parents=True, exist_ok=True)
    mount("--bind", build.root, build.root)
    own = {*written, PurePosixPath("/usr/local")}
    _mount_around(build.root, PurePosixPath("/"), own)
    _mount_python(build.root / "usr/local")
    (build.root / "tmp").mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", build.root / "tmp")


def _mount_around(root: Path, folder: PurePosixPath, own: set[PurePosixPath]) -> None:
    """Mount what lies in `folder`, but for `own` and the folders that lead there."""
    for entry in sorted(Path(folder).iterdir()):
        path = PurePosixPath(entry)
        if path in own or (len(path.parts) == 2 and path.name not in SYSTEM_FOLDERS):
            continue
        target = root / path.relative_to("/")
        if entry.is_symlink():
            if not target.is_symlink():
                target.symlink_to(entry.readlink())
        elif entry.is_dir():
            target.mkdir(exist_ok=True)
            if any(o.is_relative_to(path) for o in own):
                _mount_around(root, path, own)
            else:
                mount("--rbind", entry, target)
        elif entry.is_file():
            target.touch()
            mount("--bind", entry, target)


def _mount_python(local: Path) -> None:
    """Put this machine's Python at /usr/local, where the base image has its own."""
    local.mkdir(parents=True, exist_ok=True)
    prefix = Path(sys.base_prefix)
    if prefix != Path("/usr"):
        mount("--bind", prefix, local)
        return
    (local / "bin").mkdir(exist_ok=True)
    for name in ("python", "python3"):
        link = local / "bin" / name
        if not link.is_symlink():
            link.symlink_to(os.path.realpath("/usr/bin/python3"))


def make_read_only(build: Build) -> None:
    """Make all of a stage's root read-only but its volumes, /tmp, /dev and /proc."""
    for volume in build.volumes:
        folder = build.on_disk(volume)
        mount("--bind", folder, folder)
    kept = tuple(str(build.on_disk(v)) for v in build.volumes)
    kept += tuple(str(build.root / name) for name in ("tmp", "dev", "proc", "sys"))
    table = Path("/proc/self/mounts").read_text().splitlines()
    points = [line.split()[1].encode().decode("unicode_escape") for line in table]
    for point in dict.fromkeys(points):
        inside = point == str(build.root) or point.startswith(f"{build.root}/")
        if inside and not point.startswith(kept):
            mount("-o", "remount,bind,ro", point)


def enter(build: Build) -> Callable[[], None]:
    """Return what a child does before its program: chroot, WORKDIR, USER."""
    uid, _, gid = build.user.partition(":")
    if not uid.isdigit() or (gid and not gid.isdigit()):
        raise ReplayError(f"USER {build.user}: only numbers can be replayed")
    root, workdir = str(build.root), build.workdir

    def prepare() -> None:
        os.umask(0o022)
        os.chroot(root)
        os.chdir(workdir)
        os.setgroups([])
        os.setgid(int(gid or uid))
        os.setuid(int(uid))

    return prepare


# --- carrying out ---------------------------------------------------------------------


def say(text: str) -> None:
    """Print one line of the replay's own, apart from what the steps print."""
    print(f"replay: {text}", flush=True)


class Replay:
    """One run through a Dockerfile; `work` holds a root folder per stage."""

    def __init__(self, checkout: Path, work: Path) -> None:
        """Read the Dockerfile and .dockerignore of `checkout`."""
        self.checkout = checkout
        self.work = work
        self.before, self.stages = read_stages((checkout / "Dockerfile").read_text())
        ignore_file = checkout / ".dockerignore"
        text = ignore_file.read_text() if ignore_file.exists() else ""
        self.ignored = read_ignore_file(text)
        self.builds: dict[str, Build] = {}

    def build(self) -> Build:
        """Carry out every stage; return the last."""
        for stage in self.stages:
            say(f"stage {stage.name} (in place of {stage.base}: this machine)")
            root = self.work / stage.name
            root.mkdir(parents=True)
            build = Build(stage, root, dict(BASE_ENV))
            assemble_root(build)
            self.builds[stage.name] = build
            for instruction in stage.instructions:
                say(f"line {instruction.line}: {instruction.name} {instruction.rest}")
                started = time.monotonic()
                self.carry_out(instruction, build)
                took_s = time.monotonic() - started
                if took_s > 1:
                    say(f"    took {took_s:.0f} s")
        return build

    def carry_out(self, instruction: Instruction, build: Build) -> None:
        """Carry out one instruction of a stage."""
        rest = expand(instruction.rest, build.values())
        match instruction.name:
            case "ENV":
                build.env |= read_pairs(instruction, build.values())
            case "ARG":
                name, equals, value = rest.partition("=")
                if name in os.environ:
                    build.args[name] = os.environ[name]
                elif equals:
                    build.args[name] = value
            case "WORKDIR":
                build.workdir = str(PurePosixPath(build.workdir) / rest)
                build.on_disk(".").mkdir(parents=True, exist_ok=True)
            case "USER":
                build.user = rest
            case "VOLUME":
                build.volumes += rest.split()
            case "COPY":
                self.copy(instruction, rest, build)
            case "RUN":
                self.run(instruction, build)
            case "CMD":
                build.command = instruction.as_command()
            case "HEALTHCHECK":
                _, _, command = instruction.rest.partition("CMD ")
                told = Instruction(instruction.line, "CMD", command.strip())
                build.healthcheck = told.as_command()
            case "LABEL" | "EXPOSE":
                pass
            case other:
                raise ReplayError(f"line {instruction.line}: {other} is not replayed")

    def run(self, instruction: Instruction, build: Build) -> None:
        """Run a RUN line in its stage's root."""
        if "<<" in instruction.rest or instruction.rest.startswith("--"):
            where = f"line {instruction.line}"
            raise ReplayError(f"{where}: heredocs and RUN --options are not replayed")
        passed_on = {k: v for k, v in os.environ.items() if PASSED_ON.match(k)}
        env = {"HOME": "/root", **passed_on, **build.values()}
        code = subprocess.run(
            instruction.as_command(),
            env=env,
            stdin=subprocess.DEVNULL,
            preexec_fn=enter(build),
        ).returncode
        if code != 0:
            raise ReplayError(f"line {instruction.line}: RUN ended with {code}")

    def copy(self, instruction: Instruction, rest: str, build: Build) -> None:
        """Copy files of the checkout, or of an earlier stage with --from."""
        words = rest.split()
        options = dict(w[2:].split("=", 1) for w in words if w.startswith("--"))
        *sources, target = [w for w in words if not w.startswith("--")]
        unknown = options.keys() - {"from"}
        if unknown or not sources:
            raise ReplayError(f"line {instruction.line}: COPY {rest} is not replayed")
        into = build.on_disk(target)
        several = len(sources) > 1 or target.endswith("/") or target == "."
        for source in sources:
            if "from" in options:
                origin = self.builds[options["from"]].on_disk(source)
                keep = None
            else:
                origin = self.checkout / source
                keep = self._leave_out
            if not origin.exists():
                raise ReplayError(f"line {instruction.line}: there is no {source}")
            if origin.is_dir():
                shutil.copytree(
                    origin, into, symlinks=True, ignore=keep, dirs_exist_ok=True
                )
            elif keep is not None and is_ignored(source, self.ignored):
                raise ReplayError(
                    f"line {instruction.line}: .dockerignore keeps {source} out"
                )
            else:
                place = into / origin.name if several else into
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin, place)

    def _leave_out(self, folder: str, names: list[str]) -> set[str]:
        """Return which names of a folder .dockerignore keeps out (for copytree)."""
        inside = Path(folder).relative_to(self.checkout)
        return {
            name
            for name in names
            if not (Path(folder) / name).is_dir()
            and is_ignored(str(inside / name), self.ignored)
        }

    def serve(self, build: Build) -> None:
        """Start CMD as in `docker run --read-only`, ask it, and end it."""
        make_read_only(build)
        unshare(_CLONE_NEWNET)
        raise_loopback()
        port = _find_port(build.command)
        env = build.env
        self._prove_read_only(build, env)
        say(f"CMD {shlex.join(build.command)} as {build.user}, loopback only")
        service = subprocess.Popen(
            build.command,
            env=env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=enter(build),
        )
        try:
            self._ask(f"http://127.0.0.1:{port}", service, build)
        finally:
            _end(service)

    def _prove_read_only(self, build: Build, env: Mapping[str, str]) -> None:
        volume = build.volumes[0] if build.volumes else "/tmp"  # noqa: S108  chroot's
        check = (
            "import os, pathlib, sys\n"
            "for path in sys.argv[2:]:\n"
            "    try: (pathlib.Path(path) / 'x').touch()\n"
            "    except OSError: continue\n"
            "    sys.exit(path + ' can be written')\n"
            "kept = pathlib.Path(sys.argv[1], '.replay')\n"
            "kept.touch(); kept.unlink()\n"
        )
        paths = [p for p in find_written_paths(build.stage) if p not in build.volumes]
        done = subprocess.run(
            ["/usr/local/bin/python3", "-c", check, volume, "/", *paths],
            env=env,
            preexec_fn=enter(build),
        )
        if done.returncode != 0:
            raise ReplayError("the root is not read-only, or the volume is")
        say(f"read-only: / {' '.join(paths)}; writable: {volume}")

    def _ask(self, base: str, service: subprocess.Popen[bytes], build: Build) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            if service.poll() is not None:
                raise ReplayError(f"CMD ended by itself with {service.returncode}")
            try:
                _ask_json(f"{base}/readyz")
                break
            except (ReplayError, OSError) as exc:
                if time.monotonic() > deadline:
                    raise ReplayError(f"not ready: {exc}") from exc
                time.sleep(0.5)
        for path in ("/healthz", "/readyz"):
            say(f"GET {path}: {_ask_json(base + path)}")
        answer = _ask_json(f"{base}/v1/answers", {"question": QUESTION})
        quotes = answer.get("quotes", [])
        if "status" not in answer or not isinstance(quotes, list):
            raise ReplayError(f"POST /v1/answers: no answer: {answer}")
        say(f"POST /v1/answers: {answer['status']}, {len(quotes)} quotes")
        if build.healthcheck:
            done = subprocess.run(
                build.healthcheck, env=build.env, preexec_fn=enter(build)
            )
            if done.returncode != 0:
                raise ReplayError(f"HEALTHCHECK ended with {done.returncode}")
            say("HEALTHCHECK: healthy")


def _find_port(command: Sequence[str]) -> int:
    """Return the number after --port.

    >>> _find_port(["coi-qa", "serve", "--port", "8000"])
    8000
    """
    if "--port" not in command[:-1]:
        raise ReplayError(f"CMD names no --port: {shlex.join(command)}")
    return int(command[command.index("--port") + 1])


def _ask_json(url: str, body: Mapping[str, object] | None = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers)  # noqa: S310  always http
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as reply:
            text = reply.read().decode()
    except urllib.error.HTTPError as exc:
        reason = exc.read().decode(errors="replace")[:500]
        raise ReplayError(f"{url}: {exc.code} {reason}") from exc
    try:
        told = json.loads(text)
    except ValueError:
        return {"text": text.strip()}
    return told if isinstance(told, dict) else {"value": told}


def _end(service: subprocess.Popen[bytes]) -> None:
    """End the service as `docker stop` does: SIGTERM, then SIGKILL."""
    if service.poll() is not None:
        return
    service.terminate()
    try:
        code = service.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired as exc:
        os.killpg(service.pid, signal.SIGKILL)
        service.wait()
        raise ReplayError(f"still there {STOP_TIMEOUT_S:.0f} s after SIGTERM") from exc
    say(f"ended on SIGTERM with {code}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the replay; return 0, or 1 with the step that failed."""
    parser = argparse.ArgumentParser(description="Carry out a Dockerfile, engineless.")
    parser.add_argument("--checkout", type=Path, default=CHECKOUT)
    parser.add_argument("--keep", type=Path, help="build here and leave it")
    parser.add_argument("--parse", action="store_true", help="print the stages only")
    parser.add_argument("--build", action="store_true", help="do not start CMD")
    given = parser.parse_args(argv)
    try:
        if given.parse:
            for stage in Replay(given.checkout.resolve(), Path()).stages:
                say(f"stage {stage.name}, writes {find_written_paths(stage)}")
        elif given.keep is None:
            return _replay_and_remove(sys.argv[1:] if argv is None else argv)
        else:
            replay = Replay(given.checkout.resolve(), given.keep.resolve())
            unshare(_CLONE_NEWNS)
            mount("--make-rprivate", "/")
            final = replay.build()
            if not given.build:
                replay.serve(final)
    except (ReplayError, OSError, subprocess.CalledProcessError) as exc:
        say(f"FAILED: {exc}")
        return 1
    say("done")
    return 0


def _replay_and_remove(argv: Sequence[str]) -> int:
    """Replay in a child, whose mounts end with it; then delete what it left.

    This process never has a mount below the folder, so nothing else can be deleted.
    """
    work = Path(tempfile.mkdtemp(prefix="coi-qa-replay-"))
    try:
        command = [sys.executable, __file__, *argv, "--keep", str(work)]
        return subprocess.run(command, check=False).returncode
    finally:
        if f" {work}" in Path("/proc/self/mounts").read_text():
            say(f"mounts are left below {work}; it was not deleted")
        else:
            shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
