"""The Textual app: app → screens → panes → widgets. The only package that imports textual."""
