"""Questions of an assistant: tools over the published file, whose every answer says what it rests on."""
