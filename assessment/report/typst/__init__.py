"""The print edition: a document as plain data, and the Typst template that sets it."""
