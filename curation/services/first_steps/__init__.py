"""The first steps of a project that somebody makes in the browser.

Each step ends in rows that commands and the interface make as well. What no such row says, such as
where people will judge, is kept beside the project (`FirstSteps`), so that whoever was called away,
signed out or changed the browser goes on where they were.
"""
