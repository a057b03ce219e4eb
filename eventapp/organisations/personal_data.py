"""What lists on their way into the register hold about people; pairs of entries hold nothing."""

from eventapp.privacy.declarations import declare, declare_impersonal

declare_impersonal("organisation_apart")
declare(
    "organisation_upload",
    erased=("file_name", "rows_sealed"),
    kept={
        "id": "row key",
        "account_id": "leads to the account, which is erased",
        "network_id": "row key",
        "columns": "what the columns of the file mean",
        "outcome": "numbers",
        "created_at": "when, without who",
    },
)
