"""What a rebuild knows of posts' files while it reads them: in columns, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.files import FileRecord, Files, FileState
from searchkit.model import PostFile
from searchkit.rebuilding.packed import PackedFiles, PackedRecords

INT64 = st.integers(-(2**63), 2**63 - 1)
PATHS = st.text(st.characters(blacklist_characters="\0"), min_size=1)  # as os.fsdecode gives them, with surrogates
RECORDS = st.builds(
    FileRecord, INT64, INT64, st.binary(min_size=8, max_size=8).map(bytes.hex), st.sampled_from(FileState), INT64
)


@given(st.lists(st.builds(PostFile, PATHS, INT64, INT64)))
def test_packed_files_are_the_files(files: list[PostFile]) -> None:
    assert list(PackedFiles.of(files)) == files


@given(st.dictionaries(PATHS, RECORDS, min_size=1), st.dictionaries(PATHS, RECORDS, min_size=1))
def test_packed_records_of_several_tasks_are_the_records(
    first: dict[str, FileRecord], second: dict[str, FileRecord]
) -> None:
    others = {path: record for path, record in second.items() if path not in first} or first
    parts = [PackedRecords.of(first).files(), PackedRecords.of(others).files()]
    assert dict(Files.joined(parts)) == first | others
