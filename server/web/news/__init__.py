"""The screen «Изменения»: what became known of people, when, from whom, what was before and after."""
