"""СИСЗЛ, information support of insured people: preventive exams, dispensary observation, telemedicine, informing."""
