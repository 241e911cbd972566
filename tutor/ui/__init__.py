"""The Textual app: app → screens → panes → widgets. The only room that imports textual."""
