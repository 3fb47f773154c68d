"""${message}.

<%doc>
What a good migration does (this part is not written into the file):
* its name is a dated sentence: `python -m migrations.write "add the source of a district"`
* the release before must still work with the new tables: add now, fill, stop using, remove one release later
* a new column of a big table is nullable or has a server default; a big table is filled in portions by a job, not here
* on PostgreSQL an index of a big table is made with postgresql_concurrently outside a transaction: a migration of its own
* a table is changed inside `with op.batch_alter_table(...)`, because SQLite builds it anew
* downgrade takes back exactly what upgrade did; a test goes up and down on both databases
* types are written out (sa.String(20), not a class of ours): history must not change when the code does
</%doc>\
Revision ${up_revision}, after ${down_revision or "nothing"}, ${create_date.date()}.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: str | Sequence[str] | None = ${repr(branch_labels)}
depends_on: str | Sequence[str] | None = ${repr(depends_on)}


def upgrade() -> None:
    """Goes forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Takes the same back."""
    ${downgrades if downgrades else "pass"}
