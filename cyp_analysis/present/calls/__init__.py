"""The calls of a chapter, by what they show; `present.view.Chapter` has them all."""
